{#-
Settings that contradict each other stop the run before the first raw row is read, with the var, its value and the remedy.
The base models call this; a hook at the start of runs would also run in every command of a project that installs this one.
-#}

{% macro pql_check_settings() %}
    {% set settings = {'raw_folder': env_var('PQL_RAW_DIR', '')} %}
    {% for name in [
        'pql_source', 'pql_sources', 'pql_columns', 'pql_event_key', 'pql_history_start',
        'pql_as_of', 'pql_known_at', 'pql_session_timeout_minutes', 'pql_session_max_hours', 'pql_active_gap_seconds',
        'pql_hot_score_respond_hours', 'pql_disqualified_days', 'pql_evaluation_every_days',
        'pql_evaluation_history_days', 'pql_evaluation_band_points',
    ] %}
        {% do settings.update({name: var(name)}) %}
    {% endfor %}
    {% set sentences = pql_contradictions(settings) %}
    {% if sentences %}{{ pql_stop(sentences[0]) }}{% endif %}
{% endmacro %}


{#- One sentence for each setting that cannot be meant; those that rest on a wrong one are not looked at. -#}

{% macro pql_contradictions(settings) %}
    {% set sentences = [] %}
    {% for name, unit, least in [
        ('pql_session_timeout_minutes', 'minutes', 1),
        ('pql_session_max_hours', 'hours', 1),
        ('pql_active_gap_seconds', 'seconds', 0),
        ('pql_hot_score_respond_hours', 'hours', 1),
        ('pql_disqualified_days', 'days', 0),
        ('pql_evaluation_every_days', 'days', 1),
        ('pql_evaluation_history_days', 'days', 1),
        ('pql_evaluation_band_points', 'points', 1),
    ] if settings[name] is not integer or settings[name] < least %}
        {% do sentences.append("var " ~ name ~ " is " ~ settings[name] ~ "; write a whole number of " ~ unit ~ ", " ~ least ~ " or more.") %}
    {% endfor %}
    {% if not sentences %}
        {% do sentences.extend(pql_contradictory_spans(settings)) %}
    {% endif %}
    {% do sentences.extend(pql_contradictory_instants(settings)) %}
    {% do sentences.extend(pql_contradictory_sources(settings)) %}
    {{ return(sentences) }}
{% endmacro %}


{% macro pql_contradictory_spans(settings) %}
    {% set sentences = [] %}
    {% set timeout, longest = settings['pql_session_timeout_minutes'], settings['pql_session_max_hours'] %}
    {% if timeout > longest * 60 %}
        {% do sentences.append("var pql_session_timeout_minutes is " ~ timeout ~ ", a pause longer than the longest session "
            ~ "(pql_session_max_hours is " ~ longest ~ "); write at most " ~ longest * 60 ~ ".") %}
    {% endif %}
    {% if settings['pql_active_gap_seconds'] > timeout * 60 %}
        {% do sentences.append("var pql_active_gap_seconds is " ~ settings['pql_active_gap_seconds'] ~ ", longer than any pause within a "
            ~ "session (pql_session_timeout_minutes is " ~ timeout ~ "); write at most " ~ timeout * 60 ~ ".") %}
    {% endif %}
    {{ return(sentences) }}
{% endmacro %}


{% macro pql_contradictory_instants(settings) %}
    {% set sentences = [] %}
    {% set start = pql_utc(settings['pql_history_start'], 'pql_history_start') %}
    {% for name in ['pql_as_of', 'pql_known_at'] if settings[name] not in ['', 'now', 'latest'] %}
        {% if pql_utc(settings[name], name) < start %}
            {% do sentences.append("var " ~ name ~ " is '" ~ settings[name] ~ "', before all that is read (pql_history_start is '"
                ~ settings['pql_history_start'] ~ "'); write a later instant or begin earlier.") %}
        {% endif %}
    {% endfor %}
    {{ return(sentences) }}
{% endmacro %}


{% macro pql_contradictory_sources(settings) %}
    {% set sentences = [] %}
    {% set source, folder, contract = settings['pql_source'], settings['raw_folder'], pql_contract(none) %}
    {% if source == 'files' and folder == '' %}
        {% do sentences.append("var pql_source is 'files', but no folder is named; set PQL_RAW_DIR (make build RAW=).") %}
    {% elif source in ['demo', 'warehouse'] and folder != '' %}
        {% do sentences.append("var pql_source is '" ~ source ~ "', but PQL_RAW_DIR names the folder " ~ folder
            ~ "; unset the one that is not meant.") %}
    {% elif source != 'warehouse' and (settings['pql_sources'] or settings['pql_columns']) %}
        {% do sentences.append("vars pql_sources and pql_columns are about tables of a warehouse, but pql_source is '" ~ source
            ~ "'; set it to warehouse, or remove them (files have a columns.csv).") %}
    {% endif %}
    {% for name in ['pql_sources', 'pql_columns'] %}
        {% for table in settings[name] if table not in contract %}
            {% do sentences.append("var " ~ name ~ " names a table " ~ table ~ ", which does not exist; choose from: "
                ~ contract | join(', ') ~ ".") %}
        {% endfor %}
    {% endfor %}
    {% for table, columns in settings['pql_columns'].items() if table in contract %}
        {% for column in columns if column not in contract[table]['columns'] %}
            {% do sentences.append("var pql_columns names a column " ~ table ~ "." ~ column ~ ", which does not exist; choose from: "
                ~ contract[table]['columns'] | join(', ') ~ ".") %}
        {% endfor %}
    {% endfor %}
    {% set key = settings['pql_event_key'] %}
    {% if key is string or key | length == 0 or key | reject('in', contract['events']['columns']) | list %}
        {% do sentences.append("var pql_event_key is " ~ key ~ "; write a list of columns of events, such as [event_id].") %}
    {% endif %}
    {{ return(sentences) }}
{% endmacro %}


{#- An instant at which nobody had done anything yet: every score would be missing. `events` is the table of accepted events. -#}

{% macro pql_check_as_of(as_of, events) %}
    {#- Rows that a unit test makes up stand in no schema. -#}
    {% if not execute or as_of in ['now', 'latest'] or not events.schema or load_relation(events) is none %}{{ return('') }}{% endif %}
    {% set first = run_query('select ' ~ pql_instant_text('min(occurred_at)') ~ ' from ' ~ events).rows[0][0] %}
    {% if first and pql_utc(as_of, 'pql_as_of') < first %}
        {{ pql_stop("var pql_as_of is '" ~ as_of ~ "', before the first event (" ~ first[:19] ~ " UTC); write a later instant (make build AS_OF=).") }}
    {% endif %}
{% endmacro %}
