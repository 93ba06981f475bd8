"""Whether twice the workers of Spark judge twice the pages."""
