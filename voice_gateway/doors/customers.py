"""The customers' door."""

from flask import Blueprint

door = Blueprint("customers", __name__)
