"""Looked at before it leaves: would LINE take it, do its addresses answer, do its pictures fit?"""
