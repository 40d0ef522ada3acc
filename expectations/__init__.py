"""Great Expectations' home: does a submission, or a release, look right as a whole?"""
