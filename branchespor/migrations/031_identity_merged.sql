-- Who became another person is asked for with every delivery; there are few among many.
CREATE INDEX person_merged ON identity.person (id) WHERE merged_into IS NOT NULL;
