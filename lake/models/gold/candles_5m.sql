{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['exchange', 'instrument', 'open_time']) }}
{{ candles('5m', 300000) }}
