"""Who runs an audit: processes of this machine, or Spark. Both judge the same pages by the same code."""
