{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['exchange', 'instrument', 'open_time'], post_hook="{{ drop_unfit(60000) }}") }}
{{ candles('1m', 60000) }}
