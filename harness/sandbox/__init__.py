"""Docker sandboxes: the engine, images, slots and the pool. The only importer of docker."""
