-- Serves the roll-up: the hour rows that changed since its last pass.
CREATE INDEX hours_by_change ON tweet_aggregations (changed_at);
