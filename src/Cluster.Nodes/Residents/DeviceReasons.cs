using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Training;

namespace Cohort.Nodes.Residents;

/// <summary>
/// Why a device could not do what it was asked, in words that may leave it. What an exception of a file or a decoder says may name what a
/// student has; that stays in the device's own log.
/// </summary>
internal static class DeviceReasons
{
    public static string Of(Exception problem) => problem switch
    {
        ResidentSamplesException or TrainingException or UpdateRejectedException => problem.Message,
        _ => "its device could not train it; the device's own log says why",
    };
}
