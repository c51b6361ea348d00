//! The routes and their handlers, from which the OpenAPI document is made.
