{#-
Rates of clustered observations: a person seen in ten weeks, or ten people of one company, are no ten independent
pieces of evidence. Variances come from the sums of each cluster (linearised, as survey statistics does); a rate's interval is Wilson's for
the number of independent observations that would have that variance. All intervals here are 95 %.
-#}

{% macro pql_normal_quantile() -%}
    1.959963984540054
{%- endmacro %}

{#- Two counts as a rate, null without any. -#}

{% macro pql_rate(part, whole) -%}
    (cast({{ part }} as double precision) / nullif({{ whole }}, 0))
{%- endmacro %}

{#-
The sum over clusters of (x - p n)(y - q m), where p and q are rates and `products` begins the names of the sums of xy,
xm, ny and nm: in_x_base_x, in_x_base_n, in_n_base_x, in_n_base_n for one = in, other = base.
-#}

{% macro pql_residual_products(relation, one, p, other, q) -%}
    ({{ relation }}.{{ one }}_x_{{ other }}_x - {{ q }} * {{ relation }}.{{ one }}_x_{{ other }}_n
    - {{ p }} * {{ relation }}.{{ one }}_n_{{ other }}_x + {{ p }} * {{ q }} * {{ relation }}.{{ one }}_n_{{ other }}_n)
{%- endmacro %}

{#- What a sum over clusters is multiplied by, since their mean was estimated too. -#}

{% macro pql_cluster_correction(clusters) -%}
    (cast({{ clusters }} as double precision) / nullif({{ clusters }} - 1, 0))
{%- endmacro %}

{#-
How many independent observations a rate is worth: never more than were made. Where the clusters cannot say (one
cluster, or a rate of 0 or 1), each counts once.
-#}

{% macro pql_effective_size(rate, variance, observations, clusters) -%}
    case
        when {{ clusters }} < 2 or {{ rate }} in (0, 1) then cast({{ clusters }} as double precision)
        when {{ rate }} * (1 - {{ rate }}) >= {{ observations }} * {{ variance }} then cast({{ observations }} as double precision)
        else {{ rate }} * (1 - {{ rate }}) / {{ variance }}
    end
{%- endmacro %}

{#- A bound of Wilson's interval: side is '-' (low) or '+' (high). -#}

{% macro pql_wilson_bound(side, rate, size) -%}
    {%- set z = pql_normal_quantile() -%}
    case
        when {{ rate }} is not null then least(1, greatest(0, (
            {{ rate }} + {{ z }} * {{ z }} / (2 * {{ size }}) {{ side }} {{ z }} * sqrt(
                {{ rate }} * (1 - {{ rate }}) / {{ size }} + {{ z }} * {{ z }} / (4 * {{ size }} * {{ size }})
            )
        ) / (1 + {{ z }} * {{ z }} / {{ size }})))
    end
{%- endmacro %}

{#- The square root of a variance that sums of rounded products may have left a little below 0. -#}

{% macro pql_standard_error(variance) -%}
    sqrt(case when {{ variance }} < 0 then 0 else {{ variance }} end)
{%- endmacro %}

{#- A bound of the interval of a positive ratio, from the variance of its logarithm. -#}

{% macro pql_ratio_bound(side, ratio, variance_of_logarithm) -%}
    ({{ ratio }} * exp({{ side }}{{ pql_normal_quantile() }} * {{ pql_standard_error(variance_of_logarithm) }}))
{%- endmacro %}

{#- As published: engines and orders of addition differ in the last digits. -#}

{% macro pql_rounded(value, digits=6) -%}
    cast(round(cast({{ value }} as numeric(38, 12)), {{ digits }}) as double precision)
{%- endmacro %}
