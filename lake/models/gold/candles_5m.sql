{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['exchange', 'instrument', 'open_time'], post_hook="{{ drop_unfit(300000) }}") }}
{{ candles('5m', 300000) }}
