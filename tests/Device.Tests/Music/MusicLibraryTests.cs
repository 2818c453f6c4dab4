using Cohort.Device.Music;

namespace Cohort.Device.Tests.Music;

/// <summary>What a student has of music is read; what cannot be used is left out and named.</summary>
public sealed class MusicLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cohort-music-").FullName;

    [Fact]
    public void Folder_names_say_the_mood_of_what_is_in_them_the_innermost_first()
    {
        Sound("happy/one.wav");
        Sound("sad/slow/two.mp3"); // no real one: its folder speaks for it
        Sound("sad/calm/three.ogg");
        Sound("unsorted/four.flac");
        Write("happy/cover.jpg", "no music");
        var library = MusicLibraries.Read(_folder);
        library.Tunes.Select(tune => (tune.Title, tune.Mood)).ShouldBe(
            [("one", Mood.Of("happy")!.Value), ("three", Mood.Of("calm")!.Value), ("two", Mood.Of("sad")!.Value)]);
        library.Skipped.ShouldBe(["four: no tag and no folder says its mood"]);
    }

    [Fact]
    public void Tags_in_a_file_count_before_its_folder_s_name()
    {
        var path = BuiltInTunes.Write(BuiltInTunes.Library.Tunes[0], Path.Combine(_folder, "happy"));
        using (var file = TagLib.File.Create(path))
        {
            file.Tag.Title = "Rain";
            file.Tag.Genres = ["Chill", "Folk"];
            file.Save();
        }

        var tune = MusicLibraries.Read(_folder).Tunes.ShouldHaveSingleItem();
        (tune.Title, tune.Mood).ShouldBe(("Rain", Mood.Of("chill")!.Value));
    }

    [Fact]
    public void A_mood_frame_is_read_too()
    {
        var path = BuiltInTunes.Write(BuiltInTunes.Library.Tunes[0], _folder);
        using (var file = TagLib.File.Create(path))
        {
            TagLib.Id3v2.TextInformationFrame.Get((TagLib.Id3v2.Tag)file.GetTag(TagLib.TagTypes.Id3v2, create: true), "TMOO", create: true).Text = ["melancholic"];
            file.Save();
        }

        MusicLibraries.Read(_folder).Tunes.ShouldHaveSingleItem().Mood.ShouldBe(Mood.Of("melancholic")!.Value);
    }

    [Fact]
    public void A_playlist_is_read_with_titles_addresses_and_dead_links_named()
    {
        Sound("files/one.mp3");
        var playlist = Write("calm.m3u", "#EXTM3U\n#EXTINF:123,Ann - The One\nfiles/one.mp3\n\nfiles/gone.mp3\r\nhttps://radio.example/stream\n");
        var library = MusicLibraries.Read(playlist);
        library.Tunes.Select(tune => (tune.Title, tune.Location)).ShouldBe(
            [("Ann - The One", Path.Combine(_folder, "files/one.mp3")), ("https://radio.example/stream", "https://radio.example/stream")]);
        library.Tunes.ShouldAllBe(tune => tune.Mood == Mood.Of("calm"));
        library.Skipped.ShouldBe([$"gone: there is no file {Path.Combine(_folder, "files/gone.mp3")}"]);
    }

    [Fact]
    public void A_json_library_has_tags_or_coordinates_and_what_is_wrong_in_it_is_named()
    {
        Sound("one.mp3");
        var library = MusicLibraries.Read(Write("library.json", """
            { "tunes": [
                { "title": "One", "path": "one.mp3", "tags": ["happy", "calm", "1997"] },
                { "title": "Two", "url": "https://music.example/2", "valence": -0.5, "arousal": 0.25 },
                { "title": "Gone", "path": "gone.mp3", "tags": ["sad"] },
                { "title": "Nowhere", "tags": ["sad"] },
                { "title": "Mute", "path": "one.mp3" },
                { "title": "Odd", "url": "ftp://x", "tags": ["sad"] },
                { "title": "Far", "url": "https://music.example/3", "valence": 7, "arousal": 0 },
                17
            ] }
            """));
        library.Tunes.Select(tune => tune.Title).ShouldBe(["One", "Two"]);
        library.Tunes[0].Mood.Valence.ShouldBe((Mood.Of("happy")!.Value.Valence + Mood.Of("calm")!.Value.Valence) / 2, 1e-12);
        library.Tunes[1].Mood.ShouldBe(new(-0.5, 0.25));
        library.Skipped.ShouldBe(
        [
            "Gone: there is no file gone.mp3",
            "Nowhere: it needs a path or a url",
            "Mute: no tag and no folder says its mood",
            "Odd: ftp://x is no http:// or https:// address",
            "Far: valence and arousal lie from -1 to 1",
            "tune 8: it is no object",
        ]);
    }

    [Theory]
    [InlineData("{", "is no JSON")]
    [InlineData("{ \"songs\": [] }", "expected a list of tunes")]
    [InlineData("[]", "holds no tune that can be used: no music was found in it")]
    [InlineData("[{ \"title\": \"Gone\", \"path\": \"gone.mp3\" }]", "holds no tune that can be used: Gone: there is no file gone.mp3")]
    public void A_library_without_a_usable_tune_is_refused(string json, string expected)
        => Should.Throw<DeviceException>(() => MusicLibraries.Read(Write("library.json", json))).Message.ShouldContain(expected);

    [Fact]
    public void A_library_that_is_not_there_or_no_text_is_named()
    {
        Should.Throw<DeviceException>(() => MusicLibraries.Read(Path.Combine(_folder, "absent"))).Message.ShouldContain("There is no music library");
        File.WriteAllBytes(Path.Combine(_folder, "bad.json"), [.. "[ "u8, 0xFF, .. " ]"u8]);
        Should.Throw<DeviceException>(() => MusicLibraries.Read(Path.Combine(_folder, "bad.json"))).Message.ShouldContain("is no UTF-8 text (its byte 3 is wrong)");
    }

    [Fact]
    public async Task A_player_in_the_path_plays_and_one_that_fails_is_named()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Script("bin/aplay", $"echo \"$@\" > {_folder}/played");
        Script("bin/xdg-open", "exit 3");
        var players = MusicPlayer.Find($"/absent{Path.PathSeparator}{_folder}/bin");
        players.Select(player => (Path.GetFileName(player.Path), player.CanPlay("a.mp3"), player.CanPlay("a.wav")))
            .ShouldBe([("aplay", false, true), ("xdg-open", true, true)]);
        await players[0].Play("-odd name.wav", CancellationToken.None);
        File.ReadAllText(Path.Combine(_folder, "played")).Trim().ShouldBe("-q -- -odd name.wav");
        (await Should.ThrowAsync<DeviceException>(() => players[1].Play("a.wav", CancellationToken.None))).Message.ShouldContain("xdg-open ended with 3 on a.wav");
        MusicPlayer.Find(null).ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Sound(string name) => Write(name, "no real sound");

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private void Script(string name, string lines)
    {
        var path = Write(name, "#!/bin/sh\n" + lines + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
