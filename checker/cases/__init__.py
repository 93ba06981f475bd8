"""From the results of an audit to cases: grouped, ranked, compared with the audit before, and decided on by people."""
