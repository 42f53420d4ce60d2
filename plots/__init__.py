"""Pictures and animations of fields, walks, clouds and numbers, in one visual language; and writing them."""
