using Cohort.Device.Store;
using Cohort.Device.Watching;
using Cohort.Model.Data;

namespace Cohort.Device.Tests.Watching;

/// <summary>Pictures in a folder are told of once, when they are whole.</summary>
public sealed class FolderScanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cohort-watch-").FullName;
    private readonly TickingClock _clock = new();
    private readonly FolderScan _scan;

    public FolderScanTests() => _scan = new(_folder, _clock, IsPicture);

    [Fact]
    public void A_whole_picture_is_told_of_once_after_it_has_settled()
    {
        Write("b.png", DeviceHome.Face(1));
        Write("a.JPG", DeviceHome.Face(2)); // the ending says little
        Write("notes.txt", [1, 2, 3]);
        Directory.CreateDirectory(Path.Combine(_folder, "folder.png"));
        _scan.Look().ShouldBeEmpty();
        _scan.IsWaiting.ShouldBeTrue();
        _clock.Pass(FolderScan.Settled);
        _scan.Look().Select(picture => (Path.GetFileName(picture.Path), picture.Problem)).ShouldBe([("a.JPG", null), ("b.png", null)]);
        _scan.IsWaiting.ShouldBeFalse();
        _clock.Pass(FolderScan.GivenUp);
        _scan.Look().ShouldBeEmpty();
    }

    [Fact]
    public void A_half_written_picture_is_waited_for()
    {
        var whole = DeviceHome.Face(1);
        Write("a.png", whole[..400]);
        _scan.Look();
        _clock.Pass(TimeSpan.FromSeconds(2)); // its writer makes a pause
        _scan.Look().ShouldBeEmpty();
        Write("a.png", whole[..800]);
        _clock.Pass(TimeSpan.FromSeconds(4)); // more than GivenUp since the first part, less since the second
        _scan.Look().ShouldBeEmpty();
        Write("a.png", whole);
        _scan.Look().ShouldBeEmpty();
        _clock.Pass(FolderScan.Settled);
        _scan.Look().ShouldHaveSingleItem().Content.ShouldBe(whole);
    }

    [Fact]
    public void A_picture_that_a_decoder_would_fill_up_with_grey_is_waited_for_too()
    {
        var scan = new FolderScan(_folder, _clock, _ => true); // takes half a picture
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 4, 0xFF, 0xD9];
        Write("a.jpg", jpeg[..8]);
        scan.Look();
        _clock.Pass(FolderScan.Settled);
        scan.Look().ShouldBeEmpty();
        Write("a.jpg", jpeg);
        scan.Look();
        _clock.Pass(FolderScan.Settled);
        scan.Look().ShouldHaveSingleItem().Content.ShouldBe(jpeg);
    }

    [Fact]
    public void A_bad_file_is_named_once_and_again_when_it_is_mended()
    {
        Write("bad.png", [1, 2, 3]);
        Write("empty.jpeg", []);
        _scan.Look();
        _clock.Pass(FolderScan.GivenUp);
        _scan.Look().Select(picture => (Path.GetFileName(picture.Path), picture.Problem))
            .ShouldBe([("bad.png", "it is no PNG or JPEG, or damaged"), ("empty.jpeg", "it is empty")]);
        _clock.Pass(FolderScan.GivenUp);
        _scan.Look().ShouldBeEmpty();

        Write("bad.png", DeviceHome.Face(1));
        _scan.Look();
        _clock.Pass(FolderScan.Settled);
        _scan.Look().ShouldHaveSingleItem().Problem.ShouldBeNull();
    }

    [Fact]
    public void A_file_larger_than_a_picture_may_be_is_named_and_not_read()
    {
        using (var file = File.Create(Path.Combine(_folder, "large.png")))
        {
            file.SetLength(StudentStore.LargestPicture + 1L);
        }

        _scan.Look();
        _clock.Pass(FolderScan.GivenUp);
        _scan.Look().ShouldHaveSingleItem().Problem!.ShouldContain("more than the 16777216 that a picture may have");
    }

    [Fact]
    public void A_folder_that_goes_away_is_said()
    {
        Directory.Delete(_folder);
        Should.Throw<DeviceException>(() => _scan.Look()).Message.ShouldContain("cannot be looked into");
        Directory.CreateDirectory(_folder);
    }

    [Fact]
    public async Task Watching_tells_of_what_is_there_and_of_what_comes()
    {
        Write("first.png", DeviceHome.Face(1));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var names = new List<string>();
        await foreach (var picture in FolderWatch.Pictures(_folder, once: false, IsPicture, TimeProvider.System, stop.Token))
        {
            names.Add(Path.GetFileName(picture.Path));
            if (names.Count == 2)
            {
                break;
            }

            Write("second.png", DeviceHome.Face(2));
        }

        names.ShouldBe(["first.png", "second.png"]);
    }

    [Fact]
    public async Task Looking_once_ends_when_all_that_is_there_was_told_of()
    {
        Write("first.png", DeviceHome.Face(1));
        var names = new List<string>();
        await foreach (var picture in FolderWatch.Pictures(_folder, once: true, IsPicture, TimeProvider.System, CancellationToken.None))
        {
            names.Add(Path.GetFileName(picture.Path));
        }

        names.ShouldBe(["first.png"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_folder, name), content);

    private static bool IsPicture(byte[] file)
    {
        try
        {
            Vision.Decode(file, 48, new byte[48 * 48]);
            return true;
        }
        catch (DataFormatException)
        {
            return false;
        }
    }

    private sealed class TickingClock : TimeProvider
    {
        private long _ticks;

        public void Pass(TimeSpan span) => _ticks += span.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;
    }
}
