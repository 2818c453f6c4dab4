// Meters count for a whole process, so that a test would see what another's members do.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
