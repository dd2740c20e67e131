-- What a split brings back of an identity that was merged.
alter table identity_details add column status_before text;
