-- One row: a number that changes when a rule, a setting or a formula does. All that is kept from run to run depends on it.

select '{{ pql_settings_digest() }}' as digest
