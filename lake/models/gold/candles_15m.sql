{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['exchange', 'instrument', 'open_time'], post_hook="{{ drop_unfit(900000) }}") }}
{{ candles('15m', 900000) }}
