"""What gunicorn serves: `web.wsgi:app`."""

import os

from web.app import create_app
from web.services import open_services

# One thread for each query: two of them beside another busy process are thirty times slower.
_services = open_services(os.environ)
_services.encoder.warm()
app = create_app(_services)
