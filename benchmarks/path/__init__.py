"""The whole path, step by step, at several sizes: which step costs what, and is it linear?"""
