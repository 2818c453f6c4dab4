using Cohort.Hosting;
using Cohort.Seed.Host;

return await Executable.Run(SeedHostOptions.Settings, args, async options =>
{
    await using var seed = await SeedHost.Start(options, Console.Out);
    await seed.UntilStopped();
});
