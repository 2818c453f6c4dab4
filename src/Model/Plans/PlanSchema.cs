using System.Text.Json.Nodes;

namespace Cohort.Model.Plans;

/// <summary>The JSON Schema (draft 2020-12) of a plan, for editors; made from <see cref="PlanFields"/>.</summary>
public static class PlanSchema
{
    public static string ToJson()
    {
        var root = Object("What Cohort trains, how, and on whom. Explained by: pbm plan explain.");
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        root["title"] = "Cohort plan";
        Properties(root)["$schema"] = new JsonObject
        {
            ["type"] = "string",
            ["description"] = "Path of this schema, for editors.",
        };
        foreach (var field in PlanFields.All)
        {
            var section = SectionOf(root, field.Section);
            Properties(section)[field.Name] = SchemaOf(field);
            if (field.Required)
                Require(root, section, field);
        }
        return root.ToJsonString(PlanWriter.Readable) + "\n";
    }

    private static JsonObject SchemaOf(PlanField field)
    {
        var schema = field.Schema();
        schema["description"] = field.Unit is null ? field.Meaning : $"{field.Meaning} In {field.Unit}.";
        if (!field.Required)
            schema["default"] = field.Default;
        return schema;
    }

    private static void Require(JsonObject root, JsonObject section, PlanField field)
    {
        Required(section).Add(field.Name);
        var sections = Required(root).Select(n => n!.GetValue<string>());
        if (field.Section.Length > 0 && !sections.Contains(field.Section, StringComparer.Ordinal))
            Required(root).Add(field.Section);
    }

    private static JsonObject SectionOf(JsonObject root, string path)
    {
        var section = root;
        var walked = "";
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            walked = walked.Length == 0 ? name : $"{walked}.{name}";
            if (Properties(section)[name] is null)
                Properties(section)[name] = Object(PlanFields.Sections[walked]);
            section = Properties(section)[name]!.AsObject();
        }
        return section;
    }

    private static JsonObject Object(string description) => new()
    {
        ["description"] = description,
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(),
    };

    private static JsonObject Properties(JsonObject schema) => schema["properties"]!.AsObject();

    private static JsonArray Required(JsonObject schema)
    {
        if (schema["required"] is null)
            schema["required"] = new JsonArray();
        return schema["required"]!.AsArray();
    }
}
