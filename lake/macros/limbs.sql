{# Exact sums. A price and a quantity of DECIMAL(38,18) multiply to 76 digits, which no database type holds, and a sum of DECIMAL(38,18)
   may overflow (DuckDB's wraps in silence). So a value is cut into five limbs of nine digits, limb k counting 10^(9k-18): products of
   limbs are below 10^18, five of them fit BIGINT, and their sums fit 38 digits for 10^19 trades. A sum has nine limbs, limb k counting
   10^(9k-36); it is carried once, at the end. #}
{% macro limb_0(value) %}cast({{ fraction_units(value) }} % 1000000000 as bigint){% endmacro %}
{% macro limb_1(value) %}cast({{ whole_div(fraction_units(value), '1000000000') }} as bigint){% endmacro %}
{% macro limb_2(value) %}cast({{ whole_part(value) }} % 1000000000 as bigint){% endmacro %}
{% macro limb_3(value) %}cast({{ whole_div(whole_part(value), '1000000000') }} % 1000000000 as bigint){% endmacro %}
{% macro limb_4(value) %}cast({{ whole_div(whole_part(value), '1000000000000000000') }} as bigint){% endmacro %}

{% macro fraction_units(value) %}cast(cast({{ value }} % 1 as decimal(19, 18)) * cast(1000000000000000000 as decimal(19, 0)) as bigint){% endmacro %}

{% macro sums_of_products(name, condition) %}
    sum(case when {{ condition }} then c0 else 0 end) as {{ name }}_c0,
    sum(case when {{ condition }} then c1 else 0 end) as {{ name }}_c1,
    sum(case when {{ condition }} then c2 else 0 end) as {{ name }}_c2,
    sum(case when {{ condition }} then c3 else 0 end) as {{ name }}_c3,
    sum(case when {{ condition }} then c4 else 0 end) as {{ name }}_c4,
    sum(case when {{ condition }} then c5 else 0 end) as {{ name }}_c5,
    sum(case when {{ condition }} then c6 else 0 end) as {{ name }}_c6,
    sum(case when {{ condition }} then c7 else 0 end) as {{ name }}_c7,
    sum(case when {{ condition }} then c8 else 0 end) as {{ name }}_c8
{% endmacro %}

{% macro sums_of_quantities(name, condition) %}
    0 as {{ name }}_c0,
    0 as {{ name }}_c1,
    sum(case when {{ condition }} then q0 else 0 end) as {{ name }}_c2,
    sum(case when {{ condition }} then q1 else 0 end) as {{ name }}_c3,
    sum(case when {{ condition }} then q2 else 0 end) as {{ name }}_c4,
    sum(case when {{ condition }} then q3 else 0 end) as {{ name }}_c5,
    sum(case when {{ condition }} then q4 else 0 end) as {{ name }}_c6,
    0 as {{ name }}_c7,
    0 as {{ name }}_c8
{% endmacro %}

{% macro carried(name) %}
    {{ name }}_c0 as {{ name }}_e0,
    {{ name }}_c1 + {{ over(name, '0') }} as {{ name }}_e1,
    {{ name }}_c2 + {{ over(name, '1') }} as {{ name }}_e2,
    {{ name }}_c3 + {{ over(name, '2') }} as {{ name }}_e3,
    {{ name }}_c4 + {{ over(name, '3') }} as {{ name }}_e4,
    {{ name }}_c5 + {{ over(name, '4') }} as {{ name }}_e5,
    {{ name }}_c6 + {{ over(name, '5') }} as {{ name }}_e6,
    {{ name }}_c7 + {{ over(name, '6') }} as {{ name }}_e7,
    {{ name }}_c8 + {{ over(name, '7') }} as {{ name }}_e8
{% endmacro %}

{% macro over(name, k) %}{{ carry_of(name ~ '_e' ~ k) }}{% endmacro %}
{% macro carry_of(limb) %}{{ whole_div(limb, '1000000000') }}{% endmacro %}

{% macro fits(name) %}({{ name }}_e0 % 1000000000 = 0 and {{ name }}_e1 % 1000000000 = 0 and {{ name }}_e6 < 100 and {{ name }}_e7 = 0 and {{ name }}_e8 = 0){% endmacro %}

{# Carrying leaves e6 below 100, and e7 and e8 at 0, exactly when the whole part is below 10^20. #}
{% macro decimal_of(name) %}
  case
    when {{ fits(name) }} then
      cast({{ big(name ~ '_e4 % 1000000000') }} + {{ big(name ~ '_e5 % 1000000000') }} * 1000000000 + {{ big(name ~ '_e6') }} * 1000000000000000000 as decimal(38, 18))
      + cast(cast({{ name }}_e2 % 1000000000 + {{ name }}_e3 % 1000000000 * 1000000000 as decimal(19, 0)) * cast(0.000000000000000001 as decimal(19, 18)) as decimal(38, 18))
  end
{% endmacro %}

{% macro nine(limb) %}lpad(cast({{ limb }} % 1000000000 as varchar), 9, '0'){% endmacro %}

{% macro whole_text(name) %}cast({{ name }}_e8 as varchar) || {{ nine(name ~ '_e7') }} || {{ nine(name ~ '_e6') }} || {{ nine(name ~ '_e5') }} || {{ nine(name ~ '_e4') }}{% endmacro %}

{% macro fraction_text(name) %}rtrim({{ nine(name ~ '_e3') }} || {{ nine(name ~ '_e2') }} || {{ nine(name ~ '_e1') }} || {{ nine(name ~ '_e0') }}, '0'){% endmacro %}

{% macro text_if_no_decimal(name) %}
  case
    when not {{ fits(name) }} then
      coalesce(nullif(ltrim({{ whole_text(name) }}, '0'), ''), '0')
      || case when {{ fraction_text(name) }} = '' then '' else '.' || {{ fraction_text(name) }} end
  end
{% endmacro %}
