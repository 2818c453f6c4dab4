using Cohort.Federation.Accounting;
using Cohort.Model.Plans;

namespace Cohort.Seed.Privacy;

/// <summary>The accountants by the words of a plan.</summary>
public static class Accountants
{
    public static IPrivacyAccountant Of(AccountantKind kind) => kind switch
    {
        AccountantKind.Pld => new LossDistributionAccountant(),
        AccountantKind.Rdp => new RenyiAccountant(RenyiConversion.CanonneKamathSteinke),
        AccountantKind.RdpClassic => new RenyiAccountant(RenyiConversion.Classic),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown accountant."),
    };

    /// <summary>As a plan writes it.</summary>
    public static string NameOf(AccountantKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
