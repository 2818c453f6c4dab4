using Cohort.Hosting;
using Cohort.Nodes.Host;

return await Executable.Run(NodeHostOptions.Settings, args, async options =>
{
    await using var node = await NodeHost.Start(options, Console.Out);
    await node.UntilStopped();
});
