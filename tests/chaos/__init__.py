"""The platform's whole life on an emulator that is as slow, strict, forgetful and faulty as AWS can be."""
