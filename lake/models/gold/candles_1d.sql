{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['exchange', 'instrument', 'open_time'], post_hook="{{ drop_unfit(86400000) }}") }}
{{ candles('1d', 86400000) }}
