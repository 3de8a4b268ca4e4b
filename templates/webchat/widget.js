const page = "{{ page|escapejs }}";
const label = "{{ label|escapejs }}";
