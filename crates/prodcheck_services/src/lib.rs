//! Facts to services: discovery, routes, production start path, server code.
