"""What gunicorn serves: `web.wsgi:app`, loaded in its master and forked into its workers."""

import os

from web.app import create_app
from web.services import open_services

_services = open_services(os.environ)
_services.preload()
app = create_app(_services)
