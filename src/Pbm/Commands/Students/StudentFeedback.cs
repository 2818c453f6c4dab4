using Cohort.Device;
using Cohort.Device.Store;
using Cohort.Model.Data;
using Cohort.Model.Files;

namespace Cohort.Pbm.Commands;

/// <summary>
/// A resident student whose samples are what it has confirmed or corrected on this device. The store is opened for each look, so that the
/// student can go on meanwhile: what it says then is a newer version.
/// </summary>
/// <param name="folder">Where the store is.</param>
internal sealed class StudentFeedback(StudentFolder folder) : IResidentSamples
{
    public string Name => folder.Name.ToString();

    public long? Newest(SampleForm form) => Look(store =>
    {
        var snapshot = store.Snapshot();
        return snapshot.Usable(KindOf(form), heldOut: false, form.Classes).Count > 0 ? snapshot.Version : (long?)null;
    });

    public ISampleSet Samples(long version, SampleForm form)
        => Look(store => form.Shape is ImageShape shape
            ? store.Pictures(store.Snapshot(version), heldOut: false, shape, form.Classes)
            : store.Texts(store.Snapshot(version), heldOut: false, form.Classes));

    private static SampleKind KindOf(SampleForm form) => form.Shape is ImageShape ? SampleKind.Picture : SampleKind.Text;

    /// <summary>What goes wrong is told in words of our own: nothing of what the student has may leave with them.</summary>
    private T Look<T>(Func<StudentStore, T> look)
    {
        if (!folder.Exists)
        {
            throw new ResidentSamplesException("it has no samples to train on yet");
        }

        try
        {
            using var store = StudentStore.OpenToRead(folder);
            return look(store);
        }
        catch (SnapshotGoneException gone)
        {
            throw new ResidentSamplesException("samples of the version that the run began with have been erased", gone);
        }
        catch (ArgumentException other)
        {
            throw new ResidentSamplesException("it has pictures, and the plan trains on something else", other);
        }
        catch (Exception problem) when (problem is DeviceException or StorageException or DataFormatException)
        {
            throw new ResidentSamplesException("its store cannot be read; pbm student show says why", problem);
        }
    }
}
