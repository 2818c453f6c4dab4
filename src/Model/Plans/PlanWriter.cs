using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cohort.Model.Plans;

/// <summary>Writes a plan in its canonical form: every field that has a meaning in it, in the table's order.</summary>
internal static class PlanWriter
{
    internal static JsonSerializerOptions Readable { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        // Plans and their schema are read by people and never put into HTML unescaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string ToJson(Plan plan)
    {
        var root = new JsonObject();
        foreach (var field in PlanFields.All.Where(field => field.IsWritten(plan)))
            Section(root, field.Section)[field.Name] = field.ToJson(plan);
        return root.ToJsonString(Readable) + "\n";
    }

    private static JsonObject Section(JsonObject root, string section)
    {
        var inner = root;
        foreach (var name in section.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (inner[name] is null)
                inner[name] = new JsonObject();
            inner = inner[name]!.AsObject();
        }
        return inner;
    }
}
