"""The centres speak alike: names, codes, units and doses become the registry's, sources kept beside."""
