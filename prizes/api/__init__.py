"""Endpoints of lotteries and point campaigns."""
