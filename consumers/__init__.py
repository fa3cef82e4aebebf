"""Facts to status to milestones to partners."""
