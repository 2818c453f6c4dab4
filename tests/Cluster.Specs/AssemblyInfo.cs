// Each collection starts a cluster of its own; two at a time would build the same executables, and share the cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
