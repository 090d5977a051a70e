from tests.surveys.conftest import Phone, aoi, hear, phone

__all__ = ["Phone", "aoi", "hear", "phone"]
