namespace Cohort.Device.Tests.Store;

public sealed class StudentNameTests
{
    [Theory]
    [InlineData("ada")]
    [InlineData("Ada.Lovelace_1815-")]
    [InlineData("7")]
    public void Letters_digits_and_three_signs_name_a_student(string text) => StudentName.Parse(text).ToString().ShouldBe(text);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("a/b")]
    [InlineData("../ada")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("ada\n")]
    [InlineData("ada\0")]
    [InlineData("zoë")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void Whatever_could_lead_out_of_the_folder_names_nobody(string text)
        => Should.Throw<DeviceException>(() => StudentName.Parse(text)).Message.ShouldContain("cannot name a student");
}
