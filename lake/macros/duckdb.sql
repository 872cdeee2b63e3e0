{% macro duckdb__whole_div(a, b) %}(({{ a }}) // {{ b }}){% endmacro %}
{% macro duckdb__whole_part(value) %}cast(trunc({{ value }}) as hugeint){% endmacro %}
{% macro duckdb__big(value) %}cast({{ value }} as hugeint){% endmacro %}
{% macro duckdb__try_id(value) %}case when regexp_full_match({{ value }}, '0|[1-9][0-9]{0,15}') then cast({{ value }} as bigint) end{% endmacro %}
{% macro duckdb__epoch_ms(value) %}epoch_ms({{ value }}){% endmacro %}
{% macro duckdb__time_of(ms) %}to_timestamp(({{ ms }}) // 1000){% endmacro %}

{# The pattern finds _manifest/raw_ticks, and raw_ticks/_manifest where an earlier version had it, and no folder of files. #}
{% macro duckdb__manifest_files() %}
  select schema as schema_name, topic, kafka_partition, made, first_offset, last_offset, f.path, f.exchange, f.instrument, f."minId" as min_id
  from (
    select schema, topic, "partition" as kafka_partition, made, "firstOffset" as first_offset, "lastOffset" as last_offset, unnest(files) as f
    from read_json(
      '{{ env_var('LAKE_DIR') }}/[_r]*/[_r]*/*/*/*.json',
      format = 'newline_delimited',
      maximum_object_size = 268435456,
      columns = {schema: 'varchar', topic: 'varchar', "partition": 'integer', made: 'integer', "firstOffset": 'bigint', "lastOffset": 'bigint', files: 'struct(path varchar, exchange varchar, instrument varchar, "minId" varchar)[]'}
    )
    where schema like 'raw_ticks/%'
  ) entries
{% endmacro %}

{# Where none is new, one that was read is read again, which changes nothing: no list of files may be empty. #}
{% macro duckdb__choose_files() %}set variable chosen_files = (
  select case when count(*) filter (is_new) > 0 then list(file) filter (is_new) else [min(file)] end
  from (
    select
      '{{ env_var('LAKE_DIR') }}/' || path as file,
{% if is_incremental() %}
      path not in (select path from {{ this.schema }}.silver_files) as is_new
{% else %}
      true as is_new
{% endif %}
    from {{ ref('live_files') }}
  )
){% endmacro %}

{# Files from before a column are read beside new ones; where all are from before it, it is null. Types of before are those of the wide columns. #}
{% macro duckdb__chosen_rows() %}(
    select * from read_parquet(getvariable('chosen_files'), hive_partitioning = false, union_by_name = true)
    union all by name
    select null::decimal(38, 18) as price_wide, null::decimal(38, 18) as quantity_wide, null::varchar as quote_quantity_source, null::varchar as sequence, null::decimal(38, 18) as contracts, null::varchar as contracts_text, null::decimal(38, 18) as quote_quantity, null::varchar as quote_quantity_text, null::bigint as prints, null::varchar as flags
    where false
  ) as arrived_rows{% endmacro %}
{% macro duckdb__has_word(list, word) %}list_contains(string_split({{ list }}, ','), '{{ word }}'){% endmacro %}
