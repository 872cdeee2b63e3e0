{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['exchange', 'instrument', 'open_time']) }}
{{ candles('1m', 60000) }}
