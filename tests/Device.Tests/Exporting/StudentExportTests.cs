using System.IO.Compression;
using System.Text.Json.Nodes;
using Cohort.Device.Exporting;
using Cohort.Model.Files;

namespace Cohort.Device.Tests.Exporting;

public sealed class StudentExportTests : IDisposable
{
    private readonly DeviceHome _home = new();

    [Fact]
    public void Everything_that_is_stored_stands_in_the_file()
    {
        var store = _home.Open();
        store.Adopt(SmallModels.Bytes(SmallModels.Untrained()), "https://seed.example");
        var picture = store.Add(DeviceHome.Picture(1, "fear"));
        store.Answer(picture.Hash, "sad");
        store.Add(DeviceHome.Text("Grüße, \"Zoë\" ☺", "happy"));
        var path = Path.Combine(_home.Path, "ada.zip");
        StudentExport.Write(store, path).ShouldBe(2);

        using var zip = ZipFile.OpenRead(path);
        zip.Entries.Select(entry => entry.FullName).ShouldBe([$"pictures/{picture.Hash}.png", "samples.jsonl", "models.json"]);
        Read(zip, $"pictures/{picture.Hash}.png").ShouldBe(DeviceHome.Face(1));
        var lines = System.Text.Encoding.UTF8.GetString(Read(zip, "samples.jsonl")).TrimEnd('\n').Split('\n');
        var first = JsonNode.Parse(lines[0])!;
        ((string)first["kind"]!, (string)first["detected"]!, (string)first["answer"]!, (string)first["picture"]!)
            .ShouldBe(("picture", "fear", "sad", $"pictures/{picture.Hash}.png"));
        lines[1].ShouldContain("Grüße, \\\"Zoë\\\" ☺");
        ((string)JsonNode.Parse(lines[1])!["text"]!).ShouldBe("Grüße, \"Zoë\" ☺");
        ((string)JsonNode.Parse(Read(zip, "models.json"))!["global"]![0]!["source"]!).ShouldBe("https://seed.example");
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
        => Should.Throw<StorageException>(() => StudentExport.Write(_home.Open(), Path.Combine(_home.Path, "absent", "ada.zip"))).Message.ShouldContain("ada.zip");

    public void Dispose() => _home.Dispose();

    private static byte[] Read(ZipArchive zip, string name)
    {
        using var from = zip.GetEntry(name)!.Open();
        using var to = new MemoryStream();
        from.CopyTo(to);
        return to.ToArray();
    }
}
