{# What the databases say differently. dbt picks by the adapter; `tickstream lake build` takes duckdb__. #}
{% macro whole_div(a, b) %}{{ return(adapter.dispatch('whole_div')(a, b)) }}{% endmacro %}
{% macro whole_part(value) %}{{ return(adapter.dispatch('whole_part')(value)) }}{% endmacro %}
{% macro big(value) %}{{ return(adapter.dispatch('big')(value)) }}{% endmacro %}
{% macro try_id(value) %}{{ return(adapter.dispatch('try_id')(value)) }}{% endmacro %}
{% macro has_word(list, word) %}{{ return(adapter.dispatch('has_word')(list, word)) }}{% endmacro %}
{% macro epoch_ms(value) %}{{ return(adapter.dispatch('epoch_ms')(value)) }}{% endmacro %}
{% macro time_of(ms) %}{{ return(adapter.dispatch('time_of')(ms)) }}{% endmacro %}
{% macro manifest_files() %}{{ return(adapter.dispatch('manifest_files')()) }}{% endmacro %}
{% macro keep_list_of_read_files() %}{{ return(adapter.dispatch('keep_list_of_read_files')()) }}{% endmacro %}
{% macro choose_files() %}{{ return(adapter.dispatch('choose_files')()) }}{% endmacro %}
{% macro note_read_files() %}{{ return(adapter.dispatch('note_read_files')()) }}{% endmacro %}
{% macro chosen_rows() %}{{ return(adapter.dispatch('chosen_rows')()) }}{% endmacro %}

{% macro default__keep_list_of_read_files() %}create table if not exists {{ this.schema }}.silver_files (path varchar){% endmacro %}

{% macro default__note_read_files() %}insert into {{ this.schema }}.silver_files
select path from {{ ref('live_files') }}
where path not in (select path from {{ this.schema }}.silver_files){% endmacro %}
