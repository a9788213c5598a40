"""An adversarial simulator: can anybody be brought to hear what is somebody else's?

People, crooks, careless agents and lying lists live for years in the product's real tables, through its real
functions. Who they truly are is written down here and nowhere else, and every grant is held against that.
"""
