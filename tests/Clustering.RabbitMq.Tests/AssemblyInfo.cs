// Each class starts a broker of its own; two at a time would only share the cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
