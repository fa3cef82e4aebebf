"""The main job on a sample municipality, step by step, and a result that people want to look at."""
