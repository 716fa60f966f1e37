-- One row: the instant that the models of now are at after this run. The hot lane moves the clock, even while others build.
select as_of from {{ ref('int_pql__clock') }}
