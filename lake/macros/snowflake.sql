{# The lake is an external stage over LAKE_DIR, named by LAKE_STAGE, with the file formats of README.md.
   Whole division takes the rest away first, so that the quotient is whole and nothing is rounded. #}
{% macro snowflake__whole_div(a, b) %}cast((({{ a }}) - mod(({{ a }}), {{ b }})) / {{ b }} as number(38, 0)){% endmacro %}
{% macro snowflake__whole_part(value) %}cast(trunc({{ value }}) as number(38, 0)){% endmacro %}
{% macro snowflake__big(value) %}cast({{ value }} as number(38, 0)){% endmacro %}
{% macro snowflake__try_id(value) %}case when regexp_like({{ value }}, '0|[1-9][0-9]{0,15}') then cast({{ value }} as number(19, 0)) end{% endmacro %}
{% macro snowflake__has_word(list, word) %}array_contains('{{ word }}'::variant, split({{ list }}, ',')){% endmacro %}
{% macro snowflake__epoch_ms(value) %}date_part(epoch_millisecond, {{ value }}){% endmacro %}
{% macro snowflake__time_of(ms) %}to_timestamp_tz({{ ms }}, 3){% endmacro %}

{% macro snowflake__manifest_files() %}
  select
    m.$1:schema::varchar as schema_name,
    m.$1:topic::varchar as topic,
    m.$1:partition::number as kafka_partition,
    m.$1:made::number as made,
    m.$1:firstOffset::number as first_offset,
    m.$1:lastOffset::number as last_offset,
    f.value:path::varchar as path,
    f.value:exchange::varchar as exchange,
    f.value:instrument::varchar as instrument,
    f.value:minId::varchar as min_id
  from @{{ env_var('LAKE_STAGE', 'lake') }}/ (file_format => 'lake_json', pattern => '.*(_manifest/raw_ticks|raw_ticks/_manifest)/.*[.]json') m,
    lateral flatten(input => m.$1:files) f
{% endmacro %}

{% macro snowflake__choose_files() %}create or replace temporary table {{ this.schema }}.chosen_files as
select path from {{ ref('live_files') }}
{% if is_incremental() %}
where path not in (select path from {{ this.schema }}.silver_files)
{% endif %}
{% endmacro %}

{% macro snowflake__chosen_rows() %}(
    select
      $1:exchange::varchar as exchange,
      $1:instrument::varchar as instrument,
      $1:trade_id::varchar as trade_id,
      $1:price::number(38, 18) as price,
      $1:quantity::number(38, 18) as quantity,
      $1:price_wide::number(38, 18) as price_wide,
      $1:quantity_wide::number(38, 18) as quantity_wide,
      $1:price_text::varchar as price_text,
      $1:quantity_text::varchar as quantity_text,
      $1:time::timestamp_ntz as time,
      $1:received_at::timestamp_ntz as received_at,
      $1:side::varchar as side,
      $1:via::varchar as via,
      $1:kafka_partition::number as kafka_partition,
      $1:kafka_offset::number as kafka_offset,
      $1:sequence::varchar as sequence,
      $1:contracts::number(38, 18) as contracts,
      $1:contracts_text::varchar as contracts_text,
      $1:quote_quantity::number(38, 18) as quote_quantity,
      $1:quote_quantity_text::varchar as quote_quantity_text,
      $1:quote_quantity_source::varchar as quote_quantity_source,
      $1:prints::number as prints,
      $1:flags::varchar as flags
    from @{{ env_var('LAKE_STAGE', 'lake') }}/raw_ticks/ (file_format => 'lake_parquet', pattern => '.*[.]parquet')
    where exists (select 1 from {{ this.schema }}.chosen_files c where endswith(metadata$filename, c.path))
  ) as arrived_rows
{% endmacro %}
